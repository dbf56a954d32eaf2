package dev.sluice.cli.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
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
 * user}) and {@code password}, the shape of a database secret in AWS Secrets Manager, and that nobody else may read.
 */
final class LocalSecrets {

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
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw missing(source, name, "Others may read " + file + ". Run chmod 600 on it.");
        }
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
