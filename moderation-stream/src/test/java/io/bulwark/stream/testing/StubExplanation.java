package io.bulwark.stream.testing;

import io.bulwark.stream.testing.StubPreview.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What an explain server answers, as a {@link StubPreview} with its secret can give it. */
public final class StubExplanation {

    /** A PNG of one pixel. */
    public static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private StubExplanation() {}

    /** A whole explanation. */
    public static Reply reply() {
        String png = Base64.getEncoder().encodeToString(PNG);
        String body = "{\"view\":\"square\",\"decision\":\"NSFW\",\"score\":0.93,\"margin\":0.118,\"nearest\":["
                + "{\"referenceId\":\"weapons/1.png\",\"label\":\"weapons\",\"similarity\":0.88,\"flagged\":true},"
                + "{\"referenceId\":\"tools/2.png\",\"label\":\"tools\",\"similarity\":0.71,\"flagged\":false}],"
                + "\"picture\":\"" + png + "\",\"gradient\":\"" + png + "\",\"occlusion\":\"" + png
                + "\",\"agreement\":0.21,\"seconds\":2.5,\"encoder\":\"r-mobilenet-f\",\"bankVersion\":\"abc\"}";
        return new Reply(200, "application/json", null, body.getBytes(StandardCharsets.UTF_8));
    }
}
