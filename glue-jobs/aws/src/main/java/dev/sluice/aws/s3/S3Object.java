package dev.sluice.aws.s3;

import java.net.URI;
import java.util.Objects;

/** A place in a bucket, as Spark names it: {@code s3a://bucket/key}, or {@code s3://}. */
record S3Object(String bucket, String key) {

    S3Object {
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(key, "key");
    }

    /** Reads a location; a trailing slash is no part of the key. */
    static S3Object parse(URI location) {
        String scheme = String.valueOf(location.getScheme());
        if (!scheme.equals("s3a") && !scheme.equals("s3") || location.getAuthority() == null) {
            throw new IllegalArgumentException("An S3 location has the form s3a://bucket/prefix: " + location);
        }
        String key = location.getPath() == null ? "" : location.getPath();
        key = key.startsWith("/") ? key.substring(1) : key;
        return new S3Object(location.getAuthority(), key.endsWith("/") ? key.substring(0, key.length() - 1) : key);
    }

    @Override
    public String toString() {
        return "s3a://" + bucket + "/" + key;
    }
}
