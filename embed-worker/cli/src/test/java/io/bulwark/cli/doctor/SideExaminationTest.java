package io.bulwark.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.doctor.DoctorCommand.Finding.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SideExaminationTest {

    private HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void withoutARegistryRecordsStillTravelAndTheClockIsNotCompared() {
        SideExamination side = new SideExamination(Clock.systemUTC());
        assertThat(side.registry(Optional.empty()).state()).isEqualTo(State.WELL);
        assertThat(side.clock().state()).isEqualTo(State.UNASKED);
    }

    @Test
    void aRegistryThatAnswersIsWellAndSoIsAClockLikeItsOwn() throws IOException {
        SideExamination side = new SideExamination(Clock.systemUTC());
        assertThat(side.registry(Optional.of(registry(200))).state()).isEqualTo(State.WELL);
        assertThat(side.clock().state()).isEqualTo(State.WELL);
    }

    @Test
    void aClockThatIsAnHourOffIsWrongHoweverWellTheNextOneIs() throws IOException {
        SideExamination side = new SideExamination(Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)));
        side.registry(Optional.of(registry(200)));
        assertThat(side.clock()).satisfies(clock -> {
            assertThat(clock.state()).isEqualTo(State.WRONG);
            assertThat(clock.says()).containsPattern("3(599|600|601) s apart");
            assertThat(clock.mend()).contains("timedatectl");
        });
    }

    @Test
    void aRegistryThatRefusesOrIsAwayIsWrong() throws IOException {
        SideExamination side = new SideExamination(Clock.systemUTC());
        assertThat(side.registry(Optional.of(registry(404)))).satisfies(refusing -> {
            assertThat(refusing.state()).isEqualTo(State.WRONG);
            assertThat(refusing.says()).contains("404");
            assertThat(refusing.mend()).contains("bulwark.schema-registry.url");
        });
        assertThat(side.registry(Optional.of("http://127.0.0.1:1")).state()).isEqualTo(State.WRONG);
        assertThat(side.registry(Optional.of("no address")).state()).isEqualTo(State.WRONG);
    }

    @Test
    void aDatabaseThatIsAwayIsWrong() {
        assertThat(new SideExamination(Clock.systemUTC())
                        .database("jdbc:postgresql://127.0.0.1:1/bulwark", "bulwark", null))
                .singleElement()
                .satisfies(away -> {
                    assertThat(away.state()).isEqualTo(State.WRONG);
                    assertThat(away.mend()).contains("BULWARK_DATABASE_PASSWORD");
                });
    }

    private String registry(int status) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/apis/registry/v3/system/info", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/apis/registry/v3";
    }
}
