package io.bulwark.stream.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class AwaitedUploadsTest {

    private static final AwaitedUpload UPLOAD = new AwaitedUpload(
            "acme", "ü\u0000", "u1", new RecordCoordinates("images.uploaded", 3, 77L), Instant.ofEpochMilli(1234));

    /** Versions since the first wrote these bytes: a format byte, then the parts in order. */
    @Test
    void theLayoutIsThatOfEarlierVersions() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeByte(1);
        text(out, "acme");
        text(out, "ü\u0000");
        text(out, "u1");
        text(out, "images.uploaded");
        out.writeInt(3);
        out.writeLong(77);
        out.writeLong(1234);

        assertThat(AwaitedUpload.serde().serializer().serialize("t", UPLOAD)).isEqualTo(bytes.toByteArray());
        assertThat(AwaitedUpload.serde().deserializer().deserialize("t", bytes.toByteArray()))
                .isEqualTo(UPLOAD);
    }

    @Test
    void nullIsNullAndAnotherFormatIsRefused() {
        assertThat(AwaitedUpload.serde().serializer().serialize("t", null)).isNull();
        assertThat(AwaitedUpload.serde().deserializer().deserialize("t", null)).isNull();
        assertThatThrownBy(() -> AwaitedUpload.serde().deserializer().deserialize("t", new byte[] {9}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("bulwark.stream.application-id");
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
