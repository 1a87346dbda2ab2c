// The app bridge of Saleor's SDK, for the test beside this file.

import { actions, AppBridge } from "@saleor/app-sdk/app-bridge";

Object.assign(globalThis, { actions, AppBridge });
