package io.quipu.reporting.source;

import static io.quipu.reporting.source.Tokens.text;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import tools.jackson.core.JsonParser;

/** What all documents begin with, while it is read member by member. Members that it does not know are passed over. */
final class DocumentHead {

    private final KnownWindows windows;
    private int version;
    private String organizationId;
    private String spaceId;
    private String consumerId;
    private Window window;
    private Watermark watermark;
    private long processed;

    DocumentHead(KnownWindows windows) {
        this.windows = windows;
    }

    /** Reads a member, on whose value the parser stands. */
    void member(JsonParser json, String name) {
        switch (name) {
            case "version" -> version = json.getIntValue();
            case "organization_id" -> organizationId = text(json);
            case "space_id" -> spaceId = text(json);
            case "consumer_id" -> consumerId = text(json);
            case "window" -> window = windows.window(json);
            case "watermark" -> watermark = DocumentParts.watermark(json);
            case "processed" -> processed = json.getLongValue();
            default -> json.skipChildren();
        }
    }

    int version() {
        return version;
    }

    String organizationId() {
        return organizationId;
    }

    String spaceId() {
        return spaceId;
    }

    String consumerId() {
        return consumerId;
    }

    /** The window; null as long as it was not met. */
    Window window() {
        return window;
    }

    Watermark watermark() {
        return watermark;
    }

    long processed() {
        return processed;
    }
}
