import librosa
