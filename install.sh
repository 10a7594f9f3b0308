#!/usr/bin/env bash
# Installs what is missing on Debian or Ubuntu, and nothing else:
# the programs apt brings, and .venv from the pinned and hashed lock file.
#   ./install.sh        what staff need (requirements.lock)
#   ./install.sh dev    what developers and CI need (requirements-dev.lock)
set -euo pipefail
cd "$(dirname "$0")"

lock=requirements.lock
[ "${1:-}" = dev ] && lock=requirements-dev.lock

python=""
for name in python3.11 python3 python3.12 python3.13; do
  if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$name
    break
  fi
done

missing=()
[ -n "$python" ] || missing+=(python3)
{ [ -n "$python" ] && "$python" -c 'import ensurepip, venv' 2>/dev/null; } || missing+=(python3-venv)
command -v tesseract >/dev/null || missing+=(tesseract-ocr)
tesseract --list-langs 2>/dev/null | grep -qx jpn || missing+=(tesseract-ocr-jpn)

# The review page is tested in a real browser; Ubuntu's chromium is a snap, which
# containers cannot run, so there those tests are left out.
if [ "${1:-}" = dev ] && ! command -v chromium >/dev/null && grep -qx 'ID=debian' /etc/os-release 2>/dev/null; then
  missing+=(chromium)
fi

# The stores are tested on a real PostgreSQL server, which the tests start themselves.
if [ "${1:-}" = dev ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  missing+=(postgresql)
fi

if [ "${#missing[@]}" -gt 0 ]; then
  sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      sudo=sudo
    else
      echo "次のパッケージが入っていません: ${missing[*]}" >&2
      echo "管理者に、次の一行を実行してもらってください:" >&2
      echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 1
    fi
  fi
  echo "不足しているパッケージを入れます: ${missing[*]}"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  [ -n "$python" ] || python=python3
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 以上が必要です（見つかったもの: $("$python" --version)）。" >&2
  exit 1
fi

# The stamp makes a second call free; the dev environment serves staff commands too.
wanted=$(sha256sum "$lock" pyproject.toml | sha256sum | cut -c1-64)
dev=$(sha256sum requirements-dev.lock pyproject.toml | sha256sum | cut -c1-64)
have=$(cat .venv/yakuba-lock 2>/dev/null || true)
if [ "$have" != "$wanted" ] && [ "$have" != "$dev" ]; then
  echo "ライブラリを入れます（初回のみ、1〜3分）…"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  echo "$wanted" >.venv/yakuba-lock
fi
