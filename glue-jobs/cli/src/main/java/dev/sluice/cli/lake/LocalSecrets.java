package dev.sluice.cli.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.quality.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The secrets of a local lake. {@code env:NAME} takes user and password from the variables {@code NAME_USER} and {@code
 * NAME_PASSWORD}; any other reference names a file {@code secrets/NAME.json} that holds {@code username} (or {@code
 * user}) and {@code password}, the shape of a database secret in AWS Secrets Manager, and that nobody else may read. The key of
 * masked columns is {@code NAME_KEY}, or {@code key} in a file.
 */
final class LocalSecrets implements Secrets {

    private static final String ENVIRONMENT = "env:";
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path folder;
    private final Map<String, String> environment;

    LocalSecrets(Home home, Map<String, String> environment) {
        this.folder = home.secrets();
        this.environment = Map.copyOf(environment);
    }

    /** User and password of a database. */
    record Credentials(Optional<String> user, Optional<String> password) {}

    /** The credentials a reference leads to. */
    Credentials resolve(String source, String reference) {
        return reference.startsWith(ENVIRONMENT)
                ? fromEnvironment(source, reference.substring(ENVIRONMENT.length()))
                : fromFile(source, reference);
    }

    /** A key of masked columns: {@code NAME_KEY} of the environment, or {@code key} in the file. */
    @Override
    public byte[] key(String secret) {
        boolean variable = secret.startsWith(ENVIRONMENT);
        Optional<String> key = variable
                ? Optional.ofNullable(environment.get(secret.substring(ENVIRONMENT.length()) + "_KEY"))
                : keyInFile(secret);
        return key.map(text -> text.getBytes(StandardCharsets.UTF_8))
                .filter(bytes -> bytes.length >= SHORTEST_KEY)
                .orElseThrow(() -> noKey(
                        secret,
                        (variable
                                        ? "The environment's variable " + secret.substring(ENVIRONMENT.length())
                                                + "_KEY"
                                        : folder.resolve(secret + ".json") + ", {\"key\": ...},")
                                + " must hold at least " + SHORTEST_KEY + " characters."));
    }

    private Optional<String> keyInFile(String secret) {
        Path file = folder.resolve(secret + ".json").normalize();
        if (!file.startsWith(folder)) {
            throw noKey(secret, "It leads out of " + folder + ". Use a plain name.");
        }
        try {
            if (Files.exists(file) && isOpenToOthers(file)) {
                throw noKey(secret, "Others may read " + file + ". Run chmod 600 on it.");
            }
            return text(new ObjectMapper().readTree(Files.readString(file, StandardCharsets.UTF_8)), "key");
        } catch (NoSuchFileException | JsonProcessingException unusable) {
            // The parser's own message quotes the content.
            return Optional.empty();
        } catch (IOException failure) {
            throw noKey(secret, failure + ". Make " + file + " readable.");
        }
    }

    private static SluiceException noKey(String secret, String why) {
        return new SluiceException(
                ErrorCode.SECRET_MISSING, "Cannot resolve the key of schema.masking-secret: " + secret + ". " + why);
    }

    private Credentials fromEnvironment(String source, String name) {
        String user = environment.get(name + "_USER");
        String password = environment.get(name + "_PASSWORD");
        if (user == null) {
            throw missing(
                    source,
                    ENVIRONMENT + name,
                    "The environment has no variable " + name + "_USER. Set " + name + "_USER and " + name
                            + "_PASSWORD.");
        }
        return new Credentials(Optional.of(user), Optional.ofNullable(password));
    }

    private Credentials fromFile(String source, String name) {
        Path file = folder.resolve(name + ".json").normalize();
        if (!file.startsWith(folder)) {
            throw missing(source, name, "It leads out of " + folder + ". Use a plain name.");
        }
        String content;
        try {
            refuseOthers(source, name, file);
            content = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException failure) {
            throw missing(
                    source,
                    name,
                    "There is no file " + file
                            + ". Create it with mode 600 and the content {\"username\": ..., \"password\": ...},"
                            + " or use env:NAME as the secret.");
        } catch (IOException failure) {
            throw missing(source, name, failure + ". Make " + file + " readable.");
        }
        JsonNode node;
        try {
            node = new ObjectMapper().readTree(content);
        } catch (JsonProcessingException failure) {
            // The parser's own message quotes the content.
            throw missing(source, name, file + " is not JSON. It holds {\"username\": ..., \"password\": ...}.");
        }
        Optional<String> user = text(node, "username").or(() -> text(node, "user"));
        if (user.isEmpty()) {
            throw missing(source, name, file + " has no key username. Add it.");
        }
        return new Credentials(user, text(node, "password"));
    }

    private static void refuseOthers(String source, String name, Path file) throws IOException {
        if (isOpenToOthers(file)) {
            throw missing(source, name, "Others may read " + file + ". Run chmod 600 on it.");
        }
    }

    private static boolean isOpenToOthers(Path file) throws IOException {
        return Files.getFileStore(file).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    }

    private static Optional<String> text(JsonNode node, String key) {
        return Optional.ofNullable(node.get(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    private static SluiceException missing(String source, String reference, String why) {
        return new SluiceException(
                ErrorCode.SECRET_MISSING,
                "Cannot resolve the secret of source " + source + " (connection.secret): " + reference + ". " + why);
    }
}
