/** What describes where a frame's errors come from, under the names AWS's artifact gives it. */
package com.amazonaws.services.glue.errors;
