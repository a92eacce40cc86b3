package io.quipu.collector.intake;

import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Position;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The locations of accepted usage, made and parsed here and nowhere else: {@code /v1/metering/collected/usage/t/{end}/k/},
 * then {@code {organization}/{space}/{consumer}/{resource}/{plan}/{instance}/{partition}-{position}}; the end has 16 digits.
 *
 * <p>Each id is one percent-encoded segment ({@code a/b} is {@code a%2Fb}). An id that cannot stand in a path as it is,
 * because it is {@code .} or {@code ..} (which clients remove) or longer than {@link #MAX_SEGMENT} when encoded (which
 * headers do not hold), is written as its beginning, {@code =}, and a 128-bit hash of the whole; a {@code =} in an id is
 * encoded, so the two cannot be mixed up. So every location has at most some 1,300 characters.
 */
public final class Locations {

    /** The path under which usage is submitted; locations lie below it. */
    public static final String USAGE = "/v1/metering/collected/usage";

    /** Characters that an id may have in a path. */
    static final int MAX_SEGMENT = 200;

    private static final int KEPT = 100;
    private static final int TIME_DIGITS = 16;
    private static final int IDS = 6;
    private static final char HASHED = '=';
    private static final Pattern TIME = Pattern.compile("\\d{" + TIME_DIGITS + "}");
    private static final Pattern PLACE = Pattern.compile("(\\d{1,6})-(\\d{1,16})");

    private Locations() {
    }

    /** The location of a usage. */
    public static String of(Origin origin, int partition, long position) {
        StringBuilder path = new StringBuilder(160).append(USAGE).append("/t/");
        String end = Long.toString(origin.end());
        path.append("0".repeat(TIME_DIGITS - end.length())).append(end).append("/k");
        for (String id : ids(origin)) {
            path.append('/').append(segment(id));
        }
        return path.append('/').append(partition).append('-').append(position).toString();
    }

    /**
     * What a location says.
     *
     * @param path the path of the request as it was sent, not decoded
     * @return empty when the path is no location
     */
    public static Optional<Location> parse(String path) {
        if (!path.startsWith(USAGE + "/")) {
            return Optional.empty();
        }
        String[] parts = path.substring(USAGE.length() + 1).split("/", -1);
        if (parts.length != 4 + IDS || !parts[0].equals("t") || !TIME.matcher(parts[1]).matches()
                || !parts[2].equals("k")) {
            return Optional.empty();
        }
        Matcher place = PLACE.matcher(parts[3 + IDS]);
        if (!place.matches()) {
            return Optional.empty();
        }
        long position = Long.parseLong(place.group(2));
        if (Position.segment(position) > Position.MAX_SEGMENT) {
            return Optional.empty();
        }
        return Optional.of(new Location(Long.parseLong(parts[1]), List.of(Arrays.copyOfRange(parts, 3, 3 + IDS)),
                Integer.parseInt(place.group(1)), position));
    }

    /**
     * A parsed location.
     *
     * @param end the end of the usage
     * @param ids the segments of the six ids, encoded
     * @param partition the partition
     * @param position the position in it
     */
    public record Location(long end, List<String> ids, int partition, long position) {

        /** Whether this is where a usage of that origin is found: everything the path says is true of it. */
        public boolean names(Origin origin) {
            if (origin.end() != end) {
                return false;
            }
            List<String> expected = Locations.ids(origin);
            for (int i = 0; i < IDS; i++) {
                if (!matches(ids.get(i), expected.get(i))) {
                    return false;
                }
            }
            return true;
        }

        /** The organization, where the path spells it out. */
        Optional<String> organizationId() {
            String segment = ids.get(0);
            return segment.indexOf(HASHED) >= 0 ? Optional.empty() : decode(segment);
        }

        private static boolean matches(String segment, String id) {
            int mark = segment.indexOf(HASHED);
            return mark >= 0 ? segment.substring(mark + 1).equals(Keys.hash(id))
                    : decode(segment).filter(id::equals).isPresent();
        }
    }

    private static List<String> ids(Origin origin) {
        return List.of(origin.organizationId(), origin.spaceId(), origin.consumerId(), origin.resourceId(),
                origin.planId(), origin.resourceInstanceId());
    }

    private static String segment(String id) {
        if (id.equals(".") || id.equals("..")) {
            return HASHED + Keys.hash(id);
        }
        String encoded = Keys.encode(id);
        if (encoded.length() <= MAX_SEGMENT) {
            return encoded;
        }
        // cut between characters, never within an escape
        StringBuilder beginning = new StringBuilder(KEPT);
        for (int i = 0; i < id.length(); i += Character.charCount(id.codePointAt(i))) {
            String character = Keys.encode(Character.toString(id.codePointAt(i)));
            if (beginning.length() + character.length() > KEPT) {
                break;
            }
            beginning.append(character);
        }
        return beginning.append(HASHED).append(Keys.hash(id)).toString();
    }

    /** The id that a segment spells; empty when it is no percent-encoded UTF-8. */
    private static Optional<String> decode(String segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
                int low = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
