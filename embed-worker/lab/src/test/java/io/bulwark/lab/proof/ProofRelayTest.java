package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProofRelayTest {

    @Test
    void a_question_and_its_answer_are_each_late_and_whole_and_an_end_is_passed_on() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket target = new ServerSocket(0, 5, here);
                ServerSocket relay = new ServerSocket(0, 5, here)) {
            new ProofRelay(100).listen(relay, here, new InetSocketAddress(here, target.getLocalPort()));
            long begin = System.nanoTime();
            try (Socket client = new Socket(here, relay.getLocalPort())) {
                client.getOutputStream().write(new byte[] {1, 2, 3});
                try (Socket server = target.accept()) {
                    assertThat(server.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
                    server.getOutputStream().write(new byte[] {4, 5});
                }

                assertThat(client.getInputStream().readAllBytes()).containsExactly(4, 5);
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
            }
        }
    }
}
