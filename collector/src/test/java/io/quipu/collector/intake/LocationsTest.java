package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.usage.Origin;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationsTest {

    private static final String PLAIN =
            "/v1/metering/collected/usage/t/0001446252000000/k/o1/s1/app:c1/object-storage/basic/i1/3-65538";

    static List<String> awkwardIds() {
        return List.of("o1", "app:c1", "a/b", "/", "//", "..", ".", "...", "%", "%25", "%2F", "a%2Fb", ";", "a;b=c", "=",
                "=abc", "?", "#", "&", "+", " ", "a b", "\\", "~", "\"<>|^`{}", "ä", "日本", "\uD83D\uDE00", "UNKNOWN",
                "x".repeat(200), "x".repeat(201), "x".repeat(1024), "日".repeat(1024), "\uD83D\uDE00".repeat(1024),
                "%".repeat(66), "%".repeat(67));
    }

    @Test
    void aLocationIsReadable() {
        Origin origin = new Origin("o1", "s1", "app:c1", "object-storage", "basic", "i1", 0, 1446252000000L);
        assertThat(Locations.of(origin, 3, 65538)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @MethodSource("awkwardIds")
    void everyIdIsFoundAgainAndNoOther(String id) {
        Origin origin = new Origin(id, id, id, id, id, id, 5, 5);
        String path = Locations.of(origin, 63, 9_000_000_000L);
        assertThat(path).hasSizeLessThan(1_300).matches("[A-Za-z0-9/:._%=-]+").doesNotContain("/../", "/./");
        Locations.Location location = Locations.parse(path).orElseThrow();
        assertThat(location.partition()).isEqualTo(63);
        assertThat(location.position()).isEqualTo(9_000_000_000L);
        assertThat(location.names(origin)).isTrue();
        assertThat(location.names(new Origin(id, id, id, id, id, id, 5, 6))).isFalse();
        assertThat(location.names(new Origin(id, id, id, id, id, id + "x", 5, 5))).isFalse();
        for (String other : awkwardIds()) {
            assertThat(location.names(new Origin(other, id, id, id, id, id, 5, 5))).isEqualTo(other.equals(id));
        }
    }

    @Test
    void clientsMayEncodeInTheirOwnWay() {
        Origin origin = new Origin("o1", "s1", "app:c1", "object-storage", "basic", "i~1", 0, 1446252000000L);
        String path = "/v1/metering/collected/usage/t/0001446252000000/k/%6f1/s1/app%3ac1/object%2Dstorage/basic/i~1/3-65538";
        assertThat(Locations.parse(path)).map(location -> location.names(origin)).isEqualTo(Optional.of(true));
    }

    @Test
    void brokenEscapesNameNothing() {
        for (String segment : List.of("%", "%4", "%zz", "%C3", "%C3%28", "%ED%A0%80")) {
            Locations.Location location = Locations.parse(PLAIN.replace("/o1/", "/" + segment + "/")).orElseThrow();
            assertThat(location.names(new Origin("o1", "s1", "app:c1", "object-storage", "basic", "i1", 0,
                    1446252000000L))).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1/metering/collected/usage", "/v1/metering/collected/usage/",
        "/v1/metering/collected/usage/t/1446252000000/k/o/s/c/r/p/i/3-1",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/3",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/-3-1",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/3--1",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/3-99999999999999999",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/3-9999999999999999",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/9999999-1",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/3-1",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/j/3-1",
        "/v1/metering/collected/usage/t/0001446252000000/k/o/s/c/r/p/i/3-1/",
        "/v1/metering/collected/usage/x/0001446252000000/k/o/s/c/r/p/i/3-1"})
    void otherPathsAreNoLocations(String path) {
        assertThat(Locations.parse(path)).isEmpty();
    }
}
