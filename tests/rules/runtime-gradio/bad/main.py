import gradio as gr

demo = gr.Blocks()
demo.launch()
