# Short names for what CONTRIBUTING.md spells out.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
COMPILE := uv pip compile pyproject.toml --extra screen --extra postgresql --group build --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --quiet

.PHONY: help
help: ## この一覧を表示する
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: install
install: ## 動かすのに必要なものを入れる
	@./install.sh

.PHONY: dev
dev: ## 開発に必要なものを入れる
	@./install.sh dev

.PHONY: demo
demo: install ## 見本の申請書と名簿で滞納確認を通して動かす
	@$(BIN)/yakuba demo || { code=$$?; [ $$code -eq 3 ]; }

.PHONY: test
test: dev format-check lint types imports tests ## CIと同じ検査をすべて行う

.PHONY: format-check
format-check: dev
	$(BIN)/ruff format --check .

.PHONY: lint
lint: dev ## 書き方の検査
	$(BIN)/ruff check .

.PHONY: types
types: dev ## 型の検査
	$(BIN)/mypy

.PHONY: imports
imports: dev ## 部屋の出入りの決まり（import contracts）の検査
	$(BIN)/lint-imports

.PHONY: tests
tests: dev ## テストをすべて動かす
	$(BIN)/pytest -n 2 --dist loadfile

.PHONY: unit
unit: dev ## 速いテストだけを動かす（1分以内）
	$(BIN)/pytest -m "not slow"

.PHONY: format
format: dev ## 書式を整える
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: samples
samples: dev ## 見本の書類を種から作り直す（日本語フォントが必要）
	$(BIN)/python -m sample_docs.make

.PHONY: score-review
score-review: dev ## 確認ページの速さを測り直す（未処理10万件、20人同時、chromiumが必要、約6分）
	$(BIN)/python -m benchmarks.review_page --open 100000 --items 1000 --clerks 20 --write

.PHONY: score-ocr
score-ocr: dev ## 作った書類682枚で読取の正しさを測り直す（日本語フォントが必要、約10分）
	OMP_NUM_THREADS=1 OMP_THREAD_LIMIT=1 $(BIN)/python -m benchmarks.score_ocr --pages 640 --odd 6 --seed 9005 --json benchmarks/results/score_ocr.json --docs

.PHONY: long-files
long-files: dev ## 1万ページのPDFを途中で止めながら読み、速さとメモリを測る
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.long_files --pages 10000 --kills 3 --write

.PHONY: savings-speed
savings-speed: dev ## 削減時間の台帳500万行の報告にかかる時間を測り直す
	$(BIN)/python -m benchmarks.savings_speed --lines 5000000

.PHONY: lock
lock: ## 依存を解決し直し、版とハッシュを固定する（uv が必要）
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

.PHONY: pictures
pictures: dev ## docs/pictures の画面写真を撮り直す（chromium が必要）
	$(BIN)/python docs/pictures/take.py
	$(BIN)/python docs/pictures/take_workbooks.py
	PYTHONPATH=. $(BIN)/python docs/pictures/take_designer.py
	PYTHONPATH=. $(BIN)/python docs/pictures/take_savings.py
	PYTHONPATH=. $(BIN)/python docs/pictures/take_accounts.py
