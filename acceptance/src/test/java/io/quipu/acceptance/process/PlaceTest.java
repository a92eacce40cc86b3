package io.quipu.acceptance.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {

    private final Map<String, String> options = new HashMap<>(Map.of("--apps", "a", "--data", "d", "--seed", "3"));

    @Test
    void whatIsNotSaidIsTheUsual() {
        assertThat(Place.of(options)).isEqualTo(new Place(Path.of("a"), Path.of("d"), 0, "", ""));
    }

    @Test
    void javaOptionsAreWords() {
        options.putAll(Map.of("--offset", "7", "--java-options", " -Xmx1m  -Xss1m"));
        assertThat(Place.of(options).java("x")).hasSize(4).endsWith("-Xmx1m", "-Xss1m", "-Djava.io.tmpdir=" + Path.of("d", "tmp", "x"));
        assertThat(Place.of(options).offset()).isEqualTo(7);
    }

    @Test
    void serviceHasTheArchiveThatStandsBesideIt(@TempDir Path data) throws Exception {
        Instance meter = new Instance(Ports.METER, 1);
        Path apps = data.resolve("built apps");
        assertThat(new Place(apps, data, 0, "-Xmx1m", "7-8").service(meter, List.of()).command())
                .contains("-XX:SharedArchiveFile=" + apps.resolve("meter").resolve("7-8.jsa"), "-Xshare:auto");
        assertThat(new Place(apps, data, 0, "-Xmx1m", "").service(meter, List.of()).command())
                .noneMatch(word -> word.contains("Share"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "56001", "x", ""})
    void offsetLeavesRoomForEveryPort(String offset) {
        options.put("--offset", offset);
        assertThatIllegalArgumentException().isThrownBy(() -> Place.of(options))
                .withMessage("--offset must be a number from 0 to 56000, not " + offset);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--apps", "--data"})
    void placeIsNeeded(String name) {
        options.remove(name);
        assertThatIllegalArgumentException().isThrownBy(() -> Place.of(options)).withMessage(name + " is missing");
    }

    @Test
    void instancesOfAServiceShareNothing(@TempDir Path data) throws Exception {
        Place place = new Place(Path.of("a"), data, 100, "", "");
        place.prepare();
        ServiceProcess first = place.service(new Instance(Ports.METER, 1), List.of());
        ServiceProcess second = place.service(new Instance(Ports.METER, 2), List.of());

        assertThat(List.of(first.name(), second.name())).containsExactly("meter", "meter-2");
        assertThat(List.of(first.port(), second.port())).containsExactly(9_200, 9_201);
        assertThat(first.log()).isNotEqualTo(second.log());
        assertThat(data.resolve("meter-2")).isEmptyDirectory();
        assertThat(second.command()).contains("-Djava.io.tmpdir=" + data.resolve("tmp").resolve("meter-2"));
        assertThat(Files.readString(data.resolve("run").resolve("offset"))).isEqualTo("100\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9})
    void instancesAreNumberedAsFarAsThereArePorts(int number) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Instance(Ports.METER, number))
                .withMessage("an instance is numbered from 1 to 8, not " + number);
    }
}
