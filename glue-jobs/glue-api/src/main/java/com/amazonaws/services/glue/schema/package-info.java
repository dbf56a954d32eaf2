/** The shape of a frame, under the names AWS's artifact gives it. */
package com.amazonaws.services.glue.schema;
