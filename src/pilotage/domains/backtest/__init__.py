"""The backtest: past releases decided again, from their own commits under the rules of their own day."""
