import optuna

study = optuna.create_study(storage='sqlite:///study.db')
