import wandb

run = wandb.init(project='iris')
