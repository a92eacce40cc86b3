package io.quipu.accumulator;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page of what runs begins.
 *
 * @param resourceId the resource
 * @param page the page of the index
 */
record PageToken(String resourceId, int page) {

    private static final String FORMAT = "\\d{1,2}\\.[A-Za-z0-9_-]+";

    /** What is handed out. */
    String text() {
        return page + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(resourceId.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What was handed out.
     *
     * @throws IllegalArgumentException when it was not
     */
    static PageToken parse(String text) {
        if (!text.matches(FORMAT)) {
            throw new IllegalArgumentException("the page is not one that was handed out");
        }
        int dot = text.indexOf('.');
        int page = Integer.parseInt(text.substring(0, dot));
        if (page >= RunningIndex.PAGES) {
            throw new IllegalArgumentException("the page is not one that was handed out");
        }
        try {
            return new PageToken(StandardCharsets.UTF_8.newDecoder().decode(
                    ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(dot + 1)))).toString(), page);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the page is not one that was handed out", e);
        }
    }
}
