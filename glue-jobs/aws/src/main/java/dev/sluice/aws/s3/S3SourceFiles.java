package dev.sluice.aws.s3;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.extract.files.SourceFile;
import dev.sluice.extract.files.SourceFiles;
import java.net.URI;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Files below a prefix of a bucket, a page of the listing at a time. */
public final class S3SourceFiles implements SourceFiles {

    private static final int FORBIDDEN = 403;

    /** What S3 gives at most. */
    private static final int LARGEST_PAGE = 1000;

    private final S3Client client;
    private final int page;

    /** The client stays the caller's to close. */
    public S3SourceFiles(S3Client client) {
        this(client, LARGEST_PAGE);
    }

    /** With pages of this many keys. */
    S3SourceFiles(S3Client client, int page) {
        this.client = Objects.requireNonNull(client, "client");
        this.page = page;
    }

    @Override
    public Iterator<SourceFile> list(String root, String folder, String after) {
        S3Object base = object(root);
        String below = base.key().isEmpty() ? "" : base.key() + "/";
        String prefix = folder.equals(".") ? below : below + folder + "/";
        Supplier<Iterator<SourceFile>> pages = () -> client
                .listObjectsV2Paginator(request -> request.bucket(base.bucket())
                        .prefix(prefix)
                        .maxKeys(page)
                        .startAfter(after.isEmpty() ? null : prefix + after))
                .contents()
                .stream()
                .filter(entry -> !entry.key().endsWith("/"))
                .map(entry -> new SourceFile(
                        entry.key().substring(below.length()), entry.eTag(), entry.size(), entry.lastModified()))
                .iterator();
        Iterator<SourceFile> files = guarded(root, pages);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return guarded(root, files::hasNext);
            }

            @Override
            public SourceFile next() {
                return guarded(root, files::next);
            }
        };
    }

    @Override
    public String uri(String root) {
        S3Object base = object(root);
        return base.key().isEmpty() ? "s3a://" + base.bucket() : base.toString();
    }

    private static S3Object object(String root) {
        if (!root.startsWith("s3://")) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot list the files of " + root
                            + ": a job on AWS has no disk of its own to read. Give s3://bucket/prefix in connection.path");
        }
        return S3Object.parse(URI.create(root));
    }

    private static <T> T guarded(String root, Supplier<T> action) {
        try {
            return action.get();
        } catch (NoSuchBucketException absent) {
            throw new SluiceException(
                    ErrorCode.RELATION_MISSING,
                    "Cannot list the files of " + root + ": there is no such bucket. Check connection.path",
                    absent);
        } catch (S3Exception failure) {
            boolean denied = failure.statusCode() == FORBIDDEN;
            throw new SluiceException(
                    denied ? ErrorCode.STORAGE_DENIED : ErrorCode.FAILED,
                    "Cannot list the files of " + root + ". "
                            + (denied
                                    ? "S3 denies it. Allow the job's role s3:ListBucket on the bucket and s3:GetObject"
                                            + " below the prefix"
                                    : "S3 says: " + failure.getMessage() + ". Run again"),
                    failure);
        } catch (SdkClientException failure) {
            throw new SluiceException(
                    ErrorCode.SOURCE_UNREACHABLE,
                    "Cannot list the files of " + root + ". S3 does not answer: " + failure.getMessage()
                            + ". Run again once it does",
                    failure);
        }
    }
}
