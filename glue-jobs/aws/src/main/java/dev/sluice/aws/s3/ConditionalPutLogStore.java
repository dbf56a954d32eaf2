package dev.sluice.aws.s3;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Delta's log on S3, where a version is created by a conditional put: of any number of drivers exactly one commits it.
 * Set for {@code s3a} by the Spark conf {@value #SPARK_CONF}. Reads and listings go through S3A; the put goes to S3 itself
 * with the endpoint, region and credentials of S3A's configuration.
 */
public final class ConditionalPutLogStore extends HadoopFileSystemLogStore {

    /** The Spark conf that names this class. */
    public static final String SPARK_CONF = "spark.delta.logStore.s3a.impl";

    /** Called by Delta. */
    public ConditionalPutLogStore(Configuration initHadoopConf) {
        super(initHadoopConf);
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoopConf)
            throws IOException {
        S3Object object = S3Object.parse(path.toUri());
        S3Client client = LogClients.client(hadoopConf, object.bucket());
        byte[] content = lines(actions);
        try {
            if (overwrite) {
                client.putObject(
                        request -> request.bucket(object.bucket()).key(object.key()), RequestBody.fromBytes(content));
            } else if (ConditionalPut.create(client, object, content) == ConditionalPut.Outcome.EXISTED) {
                throw new FileAlreadyExistsException(path.toString());
            }
        } catch (SdkException failure) {
            throw new IOException("Cannot write Delta log file: " + path + ". " + failure.getMessage(), failure);
        }
    }

    @Override
    public Boolean isPartialWriteVisible(Path path, Configuration hadoopConf) {
        return false;
    }

    private static byte[] lines(Iterator<String> actions) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (actions.hasNext()) {
            content.writeBytes(actions.next().getBytes(StandardCharsets.UTF_8));
            content.write('\n');
        }
        return content.toByteArray();
    }
}
