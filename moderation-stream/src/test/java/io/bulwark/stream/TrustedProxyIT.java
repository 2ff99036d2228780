package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.testing.RawHttp;
import io.bulwark.stream.testing.RawHttp.Answer;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins through a proxy on this machine, which says from where they come. */
class TrustedProxyIT {

    private static final int MOST_TRIES = 60;
    private static final int ROUNDS = 2;

    @TempDir
    private Path folder;

    @Test
    void wrongPasswordsFromOneAddressDoNotLockOutAnotherBehindATrustedProxy() throws Exception {
        try (Broker broker = TestBroker.fresh();
                StreamProcess app = start(broker, Map.of("bulwark.access.trusted-proxies", "127.0.0.0/8,::1"))) {
            app.awaitAlive();
            assertThat(isLockedOut(app, "203.0.113.9", "198.51.100.7, 203.0.113.9"))
                    .as("from the address that guesses, whatever it claims to have come from")
                    .isTrue();
            assertThat(logIn(app, "198.51.100.7", "vera", UsersFile.PASSWORD).status())
                    .as("from elsewhere")
                    .isNotIn(401, 429);
        }
    }

    @Test
    void withoutTheSettingTheHeaderChangesNothing() throws Exception {
        try (Broker broker = TestBroker.fresh();
                StreamProcess app = start(broker, Map.of())) {
            app.awaitAlive();
            assertThat(isLockedOut(app, "203.0.113.9", "198.51.100.7")).isTrue();
        }
    }

    private StreamProcess start(Broker broker, Map<String, String> more) throws IOException {
        var settings = new HashMap<>(more);
        settings.put("bulwark.access.limits.wrong-passwords", "1"); // ten a minute from one address
        settings.put(
                "bulwark.access.users-file",
                new UsersFile(folder.resolve("users"))
                        .with("vera", "shop", "viewer")
                        .path()
                        .toString());
        return StreamProcess.start(broker.bootstrapServers(), folder.resolve("state"), settings);
    }

    /** Whether guesses from one address refuse the right password from another: one guess comes back every six seconds. */
    private static boolean isLockedOut(StreamProcess app, String guessing, String from) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            int tries = lockOut(app, guessing, "name" + round + "-");
            assertThat(round > 0 || tries >= 10)
                    .as("each name may be wrong once")
                    .isTrue();
            if (logIn(app, from, "vera", UsersFile.PASSWORD).status() == 429) {
                return true;
            }
        }
        return false;
    }

    /** Guesses, each for a new name, until no further password of that address is looked at. Returns how many were. */
    private static int lockOut(StreamProcess app, String address, String names) throws IOException {
        int tries = 0;
        while (logIn(app, address, names + tries, "wrong").status() != 429) {
            assertThat(tries++).isLessThan(MOST_TRIES);
        }
        return tries;
    }

    private static Answer logIn(StreamProcess app, String forwardedFor, String name, String password)
            throws IOException {
        return RawHttp.send(
                app.port(),
                "GET",
                "/api/v1/system",
                Map.of("Authorization", UsersFile.basic(name, password), "X-Forwarded-For", forwardedFor),
                "");
    }
}
