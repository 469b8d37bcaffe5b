import tiktoken

code = tiktoken.get_encoding('cl100k_base')
