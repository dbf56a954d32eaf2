package dev.sluice.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSecretsTest {

    @TempDir
    private Path folder;

    @Test
    void readsAFileThatNobodyElseMayRead() throws Exception {
        secret("{\"username\": \"reader\", \"password\": \"hidden\"}", "rw-------");
        assertThat(secrets(Map.of()).resolve("shop", "shop"))
                .isEqualTo(new LocalSecrets.Credentials(Optional.of("reader"), Optional.of("hidden")));
    }

    @Test
    void refusesAFileThatOthersMayRead() throws Exception {
        secret("{\"username\": \"reader\", \"password\": \"hidden\"}", "rw-r--r--");
        assertMissing("shop", "Others may read " + folder.resolve("secrets/shop.json") + ". Run chmod 600 on it.");
    }

    @Test
    void doesNotQuoteAFileThatIsNotJson() throws Exception {
        secret("hidden", "rw-------");
        assertThatThrownBy(() -> secrets(Map.of()).resolve("shop", "shop"))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("is not JSON")
                .hasMessageNotContaining("hidden")
                .hasNoCause();
    }

    @Test
    void saysHowToMakeAMissingSecret() {
        assertMissing("shop", "There is no file " + folder.resolve("secrets/shop.json"));
        assertMissing("../shop", "It leads out of");
        assertMissing("env:SHOP", "The environment has no variable SHOP_USER. Set SHOP_USER and SHOP_PASSWORD.");
    }

    @Test
    void takesCredentialsFromTheEnvironment() {
        assertThat(secrets(Map.of("SHOP_USER", "reader", "SHOP_PASSWORD", "hidden"))
                        .resolve("shop", "env:SHOP"))
                .isEqualTo(new LocalSecrets.Credentials(Optional.of("reader"), Optional.of("hidden")));
    }

    private void assertMissing(String reference, String why) {
        assertThatThrownBy(() -> secrets(Map.of()).resolve("shop", reference))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("Cannot resolve the secret of source shop (connection.secret): " + reference)
                .hasMessageContaining(why)
                .extracting(failure -> ((SluiceException) failure).code())
                .isEqualTo(ErrorCode.SECRET_MISSING);
    }

    private void secret(String content, String permissions) throws Exception {
        Path file = Files.createDirectories(folder.resolve("secrets")).resolve("shop.json");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private LocalSecrets secrets(Map<String, String> environment) {
        return new LocalSecrets(new Home(folder), environment);
    }
}
