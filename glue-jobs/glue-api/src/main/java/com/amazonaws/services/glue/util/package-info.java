/** A job's life cycle, arguments and options, under the names AWS's artifact gives them. */
package com.amazonaws.services.glue.util;
