package io.bulwark.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AsyncApiTest {

    private static final Path CHECKED_IN = Path.of("asyncapi.json");

    @Test
    void theDocumentThatIsCheckedInIsThatOfTheCode() throws IOException {
        Path made = Files.writeString(Path.of("target", "asyncapi.json"), AsyncApi.text());
        assertThat(CHECKED_IN)
                .as("cp schemas/%s schemas/asyncapi.json", made)
                .exists()
                .hasSameTextualContentAs(made);
    }

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        JsonNode document = new ObjectMapper().readTree(AsyncApi.text());
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references)
                .hasSizeGreaterThan(50)
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    /** The schemas' folder, for readers of files instead of the document. */
    @Test
    void theHeadersAreThoseOfTheReleases() throws IOException {
        JsonNode document = new ObjectMapper().readTree(AsyncApi.text());
        String headers = Files.readString(Path.of("src/main/resources/io/bulwark/schemas/v2/headers.txt"))
                .replace(" ", "")
                .toLowerCase(Locale.ROOT);
        JsonNode upload = document.at("/channels/images.uploaded/messages/ImageUploaded/x-single-object-headers/v2");
        assertThat(HexFormat.of().parseHex(upload.asText())).hasSize(10);
        assertThat(headers).contains(upload.asText());
    }

    @Test
    void everyTopicIsAChannel() throws IOException {
        JsonNode channels = new ObjectMapper().readTree(AsyncApi.text()).path("channels");
        assertThat(channels.fieldNames())
                .toIterable()
                .containsExactlyElementsOf(
                        Arrays.stream(Topics.values()).map(Topics::topicName).toList());
    }
}
