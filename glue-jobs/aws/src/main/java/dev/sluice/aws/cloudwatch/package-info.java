/** What jobs measure, and how it gets to CloudWatch, where dashboard and alarms look. */
package dev.sluice.aws.cloudwatch;
