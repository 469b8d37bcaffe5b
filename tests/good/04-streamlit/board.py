"""A page with one number on it."""

import streamlit

streamlit.metric("answer", 42)
