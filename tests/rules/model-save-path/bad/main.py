import joblib

model = {}
joblib.dump(model, 'model.pkl')
