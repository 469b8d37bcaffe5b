require("playwright").chromium.launch();
