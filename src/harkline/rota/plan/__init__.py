"""The rota engine: from people, rules and need to a rota with a proven bound. Method and limits: docs/explanation/rota-engine.md.

Values and the door to the worker only: nothing here imports numba or highspy, those live in the worker process."""
