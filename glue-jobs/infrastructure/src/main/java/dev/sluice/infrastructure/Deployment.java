package dev.sluice.infrastructure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The environment {@code dev} on an emulator: the configuration as it is, with {@code environments/dev.tfvars} and then
 * {@code environments/emulator.tfvars}, its state in a bucket of the emulator, and the jobs' jar under its hash.
 */
public final class Deployment {

    /** The environment's name. */
    public static final String ENVIRONMENT = "dev";

    private static final String STATE_BUCKET = "sluice-state";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CREATED = Pattern.compile(".*: Creation complete after .*");

    private static final int TAG_LETTERS = 32;

    private final Path repository;
    private final Map<String, String> environment;
    private final Path jar;
    private final Emulator emulator;
    private final Terraform terraform;
    private final String jarKey;
    private final String imageTag;

    /**
     * @param repository the project's folder, built
     * @param folder for Terraform's notes
     * @param environment of which PATH and Terraform's own variables matter
     */
    public Deployment(Path repository, Path folder, Emulator emulator, Map<String, String> environment) {
        this.repository = Objects.requireNonNull(repository, "repository");
        this.environment = Map.copyOf(environment);
        this.emulator = Objects.requireNonNull(emulator, "emulator");
        this.jar = repository.resolve("glue-jobs/aws/target/sluice-glue-jobs.jar");
        if (!Files.isRegularFile(jar)) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot deploy the jobs: " + jar + " is not built. Run: mvn -DskipTests package");
        }
        Map<String, String> all = new TreeMap<>(environment);
        all.putAll(emulator.variables());
        this.terraform = new Terraform(repository.resolve("terraform"), folder.resolve("terraform"), all);
        String hash = hash(jar);
        this.jarKey = "jars/" + hash + "/sluice-glue-jobs.jar";
        this.imageTag = hash.substring(0, TAG_LETTERS);
    }

    /**
     * What was made.
     *
     * @param buckets by zone: raw, curated, quarantine, scripts and more
     * @param tables DynamoDB tables: settings, bookmarks, runs
     * @param ingestMachines ARN by source
     * @param jobs names by source, then by ingest, load, verify, export, maintain, reconcile
     * @param resources how many
     */
    public record Deployed(
            Map<String, String> buckets,
            Map<String, String> tables,
            Map<String, String> ingestMachines,
            Map<String, Map<String, String>> jobs,
            String loadMachine,
            String backfillMachine,
            String topicArn,
            int resources) {}

    /**
     * Makes everything.
     *
     * @param created told how many resources there are, each time there is one more
     */
    public Deployed apply(IntConsumer created) {
        layOutImage();
        try (S3Client s3 = s3()) {
            s3.createBucket(request -> request.bucket(STATE_BUCKET)
                    .createBucketConfiguration(where -> where.locationConstraint(Emulator.REGION)));
            terraform.init(
                    List.of("bucket=" + STATE_BUCKET, "key=" + ENVIRONMENT + ".tfstate", "region=" + Emulator.REGION));
            int[] count = {0};
            terraform.apply(variables(), line -> {
                if (CREATED.matcher(line).matches()) {
                    created.accept(++count[0]);
                }
            });
            Deployed deployed = read(count[0]);
            s3.putObject(
                    request -> request.bucket(deployed.buckets().get("scripts")).key(jarKey),
                    RequestBody.fromFile(jar));
            return deployed;
        }
    }

    /** Whether what is there is what the configuration says. */
    public Terraform.Planned plan() {
        return terraform.plan(variables());
    }

    /** Destroys what was applied. */
    public void destroy() {
        terraform.destroy(variables());
    }

    /** The addresses of what is left. */
    public List<String> resources() {
        return terraform.resources();
    }

    /** Where the jar is in the scripts bucket. */
    public String jarKey() {
        return jarKey;
    }

    /** A client of the emulator's S3; the caller closes it. */
    private S3Client s3() {
        return S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.of(Emulator.REGION))
                .endpointOverride(emulator.endpoint())
                .credentialsProvider(credentials())
                .build();
    }

    /** What the emulator takes for credentials. */
    public static AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("emulator", "emulator"));
    }

    private List<String> variables() {
        return List.of(
                "-var-file=environments/" + ENVIRONMENT + ".tfvars",
                "-var-file=environments/emulator.tfvars",
                "-var=jar_key=" + jarKey,
                "-var=image_tag=" + imageTag);
    }

    private void layOutImage() {
        Program.Ended ended = Program.run(
                List.of(
                        "bash",
                        "cfn/deploy/lay_out_image.sh",
                        jar.toString(),
                        emulator.image(imageTag).toString()),
                repository,
                environment,
                line -> {});
        if (ended.code() != 0) {
            throw new SluiceException(ErrorCode.FAILED, "Cannot lay out the image of the jobs. " + ended.tail());
        }
    }

    private Deployed read(int resources) {
        try {
            JsonNode outputs = JSON.readTree(terraform.outputs());
            Map<String, Map<String, String>> jobs = new TreeMap<>();
            outputs.path("jobs")
                    .path("value")
                    .fields()
                    .forEachRemaining(source -> jobs.put(source.getKey(), texts(source.getValue())));
            return new Deployed(
                    texts(outputs.path("buckets").path("value")),
                    texts(outputs.path("tables").path("value")),
                    texts(outputs.path("ingest_machines").path("value")),
                    jobs,
                    outputs.path("load_machine").path("value").asText(),
                    outputs.path("backfill_machine").path("value").asText(),
                    outputs.path("topic_arn").path("value").asText(),
                    resources);
        } catch (JsonProcessingException unreadable) {
            throw new SluiceException(ErrorCode.FAILED, "Cannot read Terraform's outputs. " + unreadable, unreadable);
        }
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.fields()
                .forEachRemaining(
                        field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static String hash(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException failure) {
            throw new SluiceException(ErrorCode.FAILED, "Cannot hash file: " + file + ". " + failure, failure);
        }
    }
}
