"""Tests mirror the rooms; this file keeps packages that ship a folder of the same name apart."""
