/** The zones on S3: their files, and the Delta log store that lets two drivers commit to one table. */
package dev.sluice.aws.s3;
