// Answers with the uid it runs as; PID 1 has to end itself on SIGTERM.
const server = require('node:http').createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(`${JSON.stringify({ uid: process.getuid() })}\n`);
});

server.listen(3000);
process.on('SIGTERM', () => server.close());
