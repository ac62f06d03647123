"""Stocks of many minerals under one budget and a limit of CVaR."""
