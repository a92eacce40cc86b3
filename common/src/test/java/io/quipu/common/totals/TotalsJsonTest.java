package io.quipu.common.totals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.quantity.Value;
import io.quipu.common.totals.MetricTotal.HourTotal;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

class TotalsJsonTest {

    private static final LevelSums LEVEL = new LevelSums(new BigDecimal("-0.5"), new BigDecimal("3600000"),
            new BigDecimal("0.00014"), BigDecimal.ZERO, 1_793_490_670_900L);
    private static final LevelSums POOLED = new LevelSums(BigDecimal.ONE, BigDecimal.TEN, BigDecimal.ZERO, BigDecimal.ZERO, 7,
            new BigDecimal("2"), new BigDecimal("-14"));
    private static final LevelSums CANCELLED = new LevelSums(BigDecimal.ONE, BigDecimal.TEN, BigDecimal.ZERO, BigDecimal.ZERO, 7,
            null, BigDecimal.TEN);

    static Stream<Arguments> hours() {
        return Stream.of(
                Arguments.of(new HourTotal(0, number("1E+2"), new BigDecimal("0.07")), "[0,100,0.07]"),
                Arguments.of(new HourTotal(1, null, null), "[1,null,null]"),
                Arguments.of(new HourTotal(2, Value.ZERO, BigDecimal.ZERO, LEVEL),
                        "[2,0,0,[-0.5,3600000,0.00014,0,1793490670900]]"),
                Arguments.of(new HourTotal(3, number("5"), BigDecimal.ZERO, POOLED), "[3,5,0,[1,10,0,0,7,2,-14]]"),
                Arguments.of(new HourTotal(3, number("5"), BigDecimal.ZERO, CANCELLED), "[3,5,0,[1,10,0,0,7,0,10]]"),
                Arguments.of(new HourTotal(4, new Value.Structure(new TreeMap<>(Map.of("hours", number("4"), "a",
                        new Value.Sequence(List.of(new Value.Text("b"), new Value.Flag(true)))))), BigDecimal.ONE, null,
                        BigDecimal.TEN), "[4,{\"a\":[\"b\",true],\"hours\":4},1,null,10]"),
                Arguments.of(new HourTotal(23, number("5"), BigDecimal.ZERO, LEVEL, BigDecimal.ONE),
                        "[23,5,0,[-0.5,3600000,0.00014,0,1793490670900],1]"));
    }

    @ParameterizedTest
    @MethodSource("hours")
    void anHourIsAnArrayAsLongAsItMustBe(HourTotal hour, String json) {
        assertThat(new String(Json.write(hour), StandardCharsets.UTF_8)).isEqualTo(json);
        assertThat(Json.read(json.getBytes(StandardCharsets.UTF_8), HourTotal.class)).isEqualTo(hour);
    }

    @Test
    void hoursAndLevelsOfTheFirstFormatWereObjects() {
        MetricTotal total = read("""
                {"metric":"memory","quantity":0,"cost":0,"hours":[
                  {"hour":5,"quantity":3,"cost":0.5,"unknown":{"hour":6},"price":2},
                  {"level":{"change":1,"area":10,"cost_change":0,"cost_area":0,"last":7,"pooled_change":2,"pooled_area":-14,"more":[1]},"hour":7}],
                 "level":{"change":-0.50,"area":3600000,"cost_change":0.00014,"cost_area":0,"last":1793490670900}}""",
                MetricTotal.class);
        assertThat(total).isEqualTo(new MetricTotal("memory", Value.ZERO, BigDecimal.ZERO, List.of(
                new HourTotal(5, number("3"), new BigDecimal("0.5"), null, new BigDecimal("2")),
                new HourTotal(7, null, null, POOLED)), LEVEL));
        assertThat(new String(Json.write(total), StandardCharsets.UTF_8)).isEqualTo("{\"metric\":\"memory\",\"quantity\":0,"
                + "\"cost\":0,\"hours\":[[5,3,0.5,null,2],[7,null,null,[1,10,0,0,7,2,-14]]],"
                + "\"level\":[-0.5,3600000,0.00014,0,1793490670900]}");
    }

    @Test
    void elementsOfALaterFormatArePassedOver() {
        assertThat(read("[-0.5,3600000,0.00014,0,1793490670900,0,0,[8],{\"a\":9}]", LevelSums.class)).isEqualTo(LEVEL);
        assertThat(read("[3,5,0,[1,10,0,0,7,2,-14,8],1,[],{\"a\":9}]", HourTotal.class))
                .isEqualTo(new HourTotal(3, number("5"), BigDecimal.ZERO, POOLED, BigDecimal.ONE));
        assertThat(read("[3,5,0,null,null,8]", HourTotal.class)).isEqualTo(new HourTotal(3, number("5"), BigDecimal.ZERO));
    }

    @Test
    void earlierHoursArePassedOver() {
        List<HourTotal> hours = new ArrayList<>();
        try (JsonParser json = Json.shared().createParser("""
                [[4,{"a":[1]},0,[1,10,0,0,7],3],[5,1,0],{"hour":4,"quantity":1},{"quantity":2,"hour":5},[6,3,0]]""")) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_ARRAY);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                hours.add(TotalsJson.hour(json, 5));
            }
        }
        assertThat(hours).containsExactly(null, new HourTotal(5, number("1"), BigDecimal.ZERO), null,
                new HourTotal(5, number("2"), null), new HourTotal(6, number("3"), BigDecimal.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[1,2,3,4]", "[1,2,3,4,5,6]", "[1,2,3,4,\"5\"]", "[1,null,3,4,5]", "{}", "{\"change\":1,\"area\":2,\"cost_change\":3,\"cost_area\":4}", "7", "\"a\"", "[1,2,3,4,5"})
    void whatIsNoLevelIsRefused(String json) {
        assertThatThrownBy(() -> read(json, LevelSums.class)).isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[\"1\",2,3]", "[1]", "[1,2]", "[1,2,\"3\"]", "[1,2,3,4]", "{}", "{\"quantity\":1,\"cost\":1}", "{\"hour\":\"x\"}", "7", "[1,2,3"})
    void whatIsNoHourIsRefused(String json) {
        assertThatThrownBy(() -> read(json, HourTotal.class)).isInstanceOf(RuntimeException.class);
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static Value number(String number) {
        return Value.of(new BigDecimal(number));
    }
}
