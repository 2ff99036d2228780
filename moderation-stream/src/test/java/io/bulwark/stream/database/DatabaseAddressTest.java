package io.bulwark.stream.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseAddressTest {

    private static final String URL = "jdbc:postgresql://database:5432/bulwark";

    @TempDir
    private Path folder;

    @Test
    void withoutAnAddressThereIsNoDatabase() {
        assertThat(DatabaseAddress.of(config(null, "bulwark", null, null, null)))
                .isEmpty();
    }

    @Test
    void passwordsComeFromAFileOrTheSettingAndAreNotPrinted() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "geheim\n");
        DatabaseAddress address = DatabaseAddress.of(config(URL, "bulwark", null, file.toString(), "bulwark_owner"))
                .orElseThrow();
        assertThat(address.application().password()).hasValue("geheim");
        assertThat(address.toString()).doesNotContain("geheim");
        assertThatThrownBy(() -> DatabaseAddress.of(config(URL, "bulwark", "geheim", file.toString(), null)))
                .hasMessageContaining("set one");
        assertThatThrownBy(() -> DatabaseAddress.of(config(URL, "bulwark", null, "/no/such/file", null)))
                .hasMessageContaining("bulwark.database.password-file cannot be read");
    }

    @Test
    void ownerAndApplicationAreTwoRoles() {
        assertThatThrownBy(() -> DatabaseAddress.of(config(URL, "bulwark", null, null, "bulwark")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be two roles");
    }

    @Test
    void anotherDatabaseThanPostgresIsRefused() {
        assertThatThrownBy(() -> DatabaseAddress.of(config("jdbc:mysql://x/y", "bulwark", null, null, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed is jdbc:postgresql:");
    }

    private static DatabaseConfig config(String url, String user, String password, String file, String owner) {
        return new DatabaseConfig() {
            @Override
            public Optional<String> url() {
                return Optional.ofNullable(url);
            }

            @Override
            public String username() {
                return user;
            }

            @Override
            public Optional<String> password() {
                return Optional.ofNullable(password);
            }

            @Override
            public Optional<String> passwordFile() {
                return Optional.ofNullable(file);
            }

            @Override
            public int connections() {
                return 10;
            }

            @Override
            public Lists lists() {
                return new Lists() {
                    @Override
                    public int connections() {
                        return 2;
                    }

                    @Override
                    public Duration timeout() {
                        return Duration.ofSeconds(4);
                    }
                };
            }

            @Override
            public Owner owner() {
                return new Owner() {
                    @Override
                    public Optional<String> username() {
                        return Optional.ofNullable(owner);
                    }

                    @Override
                    public Optional<String> password() {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<String> passwordFile() {
                        return Optional.empty();
                    }
                };
            }
        };
    }
}
