package dev.sluice.aws.s3;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.raw.ZoneFiles;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A zone below a prefix of an S3 bucket. A file is created by a conditional put; folders are what keys begin with. */
public final class S3ZoneFiles implements ZoneFiles {

    /** As many as one request deletes. */
    private static final int DELETE_AT_ONCE = 1000;

    private static final int FORBIDDEN = 403;

    private final S3Client client;
    private final S3Object root;

    /**
     * @param client reaches S3; stays the caller's to close
     * @param root the zone's root, {@code s3a://bucket/prefix} with or without a prefix
     */
    public S3ZoneFiles(S3Client client, String root) {
        this.client = Objects.requireNonNull(client, "client");
        this.root = S3Object.parse(URI.create(root));
    }

    @Override
    public String root() {
        return root.key().isEmpty() ? "s3a://" + root.bucket() : root.toString();
    }

    @Override
    public Created createIfAbsent(String path, byte[] content) {
        return call("create", path, () -> switch (ConditionalPut.create(client, object(path), content)) {
            case CREATED -> Created.CREATED;
            case EXISTED -> Created.EXISTED;
        });
    }

    /** S3 copies up to 5 GB at once; no writer of the zones makes files as large. */
    @Override
    public void copy(String from, String to) {
        S3Object source = object(from);
        S3Object target = object(to);
        call(
                "copy",
                from,
                () -> client.copyObject(request -> request.sourceBucket(source.bucket())
                        .sourceKey(source.key())
                        .destinationBucket(target.bucket())
                        .destinationKey(target.key())));
    }

    @Override
    public Optional<byte[]> read(String path) {
        S3Object object = object(path);
        return call("read", path, () -> {
            try {
                return Optional.of(client.getObjectAsBytes(
                                request -> request.bucket(object.bucket()).key(object.key()))
                        .asByteArray());
            } catch (NoSuchKeyException absent) {
                return Optional.empty();
            }
        });
    }

    @Override
    public List<ZoneFile> list(String folder) {
        return call("list", folder, () -> {
            List<ZoneFile> files = new ArrayList<>();
            int beforePath = root.key().isEmpty() ? 0 : root.key().length() + 1;
            // A key that ends in a slash is a folder's mark, which S3A leaves behind.
            client
                    .listObjectsV2Paginator(
                            request -> request.bucket(root.bucket()).prefix(prefix(folder)))
                    .contents()
                    .stream()
                    .filter(entry -> !entry.key().endsWith("/"))
                    .forEach(entry -> files.add(new ZoneFile(entry.key().substring(beforePath), entry.size())));
            files.sort(Comparator.comparing(ZoneFile::path));
            return files;
        });
    }

    @Override
    public void delete(String path) {
        call("delete", path, () -> {
            List<ObjectIdentifier> objects = objectsAt(path);
            for (int from = 0; from < objects.size(); from += DELETE_AT_ONCE) {
                deleteAll(path, objects.subList(from, Math.min(from + DELETE_AT_ONCE, objects.size())));
            }
            return null;
        });
    }

    /** The file of this path and those below it. Keys of siblings may begin with the same letters. */
    private List<ObjectIdentifier> objectsAt(String path) {
        String key = object(path).key();
        return client
                .listObjectsV2Paginator(request -> request.bucket(root.bucket()).prefix(key))
                .contents()
                .stream()
                .map(entry -> entry.key())
                .filter(found -> found.equals(key) || found.startsWith(prefix(path)))
                .map(found -> ObjectIdentifier.builder().key(found).build())
                .toList();
    }

    private void deleteAll(String folder, List<ObjectIdentifier> objects) {
        DeleteObjectsResponse answer = client.deleteObjects(request -> request.bucket(root.bucket())
                .delete(delete -> delete.objects(objects).quiet(true)));
        if (!answer.errors().isEmpty()) {
            S3Error first = answer.errors().get(0);
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot delete folder: " + uri(folder) + ". S3 keeps "
                            + answer.errors().size() + " of its files, " + first.key() + " among them: "
                            + first.message() + " (" + first.code() + ").");
        }
    }

    private S3Object object(String path) {
        return new S3Object(root.bucket(), root.key().isEmpty() ? path : root.key() + "/" + path);
    }

    private String prefix(String folder) {
        String key = object(folder).key();
        return key.isEmpty() || key.endsWith("/") ? key : key + "/";
    }

    private <T> T call(String verb, String path, Supplier<T> action) {
        try {
            return action.get();
        } catch (NoSuchBucketException missing) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot " + verb + " file: " + uri(path) + ". There is no bucket " + root.bucket()
                            + ". Create it, or name the zone's right location.",
                    missing);
        } catch (S3Exception refused) {
            boolean denied = refused.statusCode() == FORBIDDEN;
            throw new SluiceException(
                    denied ? ErrorCode.STORAGE_DENIED : ErrorCode.FAILED,
                    "Cannot " + verb + " file: " + uri(path) + ". S3 refuses it: " + refused.getMessage()
                            + (denied ? ". Allow the job's role to " + verb + " below this location." : "."),
                    refused);
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot " + verb + " file: " + uri(path) + ". " + failure.getMessage(), failure);
        }
    }
}
