package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StrangeHostsTest {

    @Test
    void a_dead_host_takes_no_connection_and_the_worker_may_ask_it() {
        try (StrangeHosts hosts = StrangeHosts.start(new byte[] {1})) {
            URI dead = hosts.dead("one");
            Map<String, String> settings = hosts.workerSettings();

            assertThatThrownBy(() -> connect(dead.getPort()))
                    .isInstanceOfAny(SocketTimeoutException.class, ConnectException.class);
            assertThat(settings).containsEntry("bulwark.fetch.allow", dead.getHost());
            assertThat(settings.get("bulwark.fetch.ports"))
                    .isEqualTo(hosts.late("one").getPort() + "," + dead.getPort());
        }
    }

    private static void connect(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 300);
        }
    }
}
