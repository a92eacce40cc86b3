package io.quipu.common.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.time.Window;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeysTest {

    private static final Window MONTH = Window.parse("2026-11");

    @Test
    void keysReadLikePaths() {
        assertThat(Keys.consumer(new Consumer("org", "space", "app:1"), MONTH)).isEqualTo("consumer/org/space/app:1/2026-11");
        assertThat(Keys.organization("a-b_c.d", MONTH)).isEqualTo("organization/a-b_c.d/2026-11");
        assertThat(Keys.segment(3, 17)).isEqualTo("log/3/17");
        assertThat(Keys.instance(new Consumer("o", "s", "c"), "r", "i", new PlanPath("p", "m", "t", "x"),
                Window.parse("2026-11-21"))).isEqualTo("instance/o/s/c/r/i/p/m/t/x/2026-11-21");
    }

    @Test
    void whatIsNotHarmlessIsPercentEncoded() {
        assertThat(Keys.encode("a/b c%~é\u0000\uD83D\uDE00")).isEqualTo("a%2Fb%20c%25%7E%C3%A9%00%F0%9F%98%80");
        assertThat(Keys.organization("../x", MONTH)).isEqualTo("organization/..%2Fx/2026-11");
        assertThat(Keys.organization("", MONTH)).isEqualTo("organization//2026-11");
    }

    @Test
    void lettersDigitsAndFourOthersStandForThemselvesAndNoOtherOfAsciiDoes() {
        for (char c = 0; c < 128; c++) {
            String text = String.valueOf(c);
            assertThat(Keys.encode(text)).isEqualTo(text.matches("[a-zA-Z0-9._:-]") ? text : String.format("%%%02X", (int) c));
        }
    }

    @Test
    void separatorsInIdsDoNotMakeTwoKeysOne() {
        assertThat(Keys.consumer(new Consumer("a/b", "c", "d"), MONTH))
                .isNotEqualTo(Keys.consumer(new Consumer("a", "b/c", "d"), MONTH));
        assertThat(Keys.consumer(new Consumer("a%2Fb", "c", "d"), MONTH))
                .isNotEqualTo(Keys.consumer(new Consumer("a/b", "c", "d"), MONTH));
        assertThat(Keys.consumer(new Consumer("", "ab", ""), MONTH))
                .isNotEqualTo(Keys.consumer(new Consumer("a", "b", ""), MONTH));
        assertThat(Keys.organization("o/spaces/s/consumers", MONTH)).isNotEqualTo(Keys.consumerPage("o", "s", 0));
    }

    @Test
    void keysUpToTheLimitStandAsTheyAreAndLongerOnesEndInAHash() {
        String prefix = "organization/";
        String suffix = "/2026-11";
        String fits = "o".repeat(Keys.MAX_LENGTH - prefix.length() - suffix.length());
        assertThat(Keys.organization(fits, MONTH)).hasSize(Keys.MAX_LENGTH).isEqualTo(prefix + fits + suffix);
        String longer = Keys.organization(fits + "o", MONTH);
        assertThat(longer).startsWith((prefix + fits).substring(0, 160) + "~").hasSize(160 + 1 + 22);
        assertThat(longer.substring(161)).isEqualTo(Keys.hash(prefix + fits + "o" + suffix));
    }

    @Test
    void longIdsThatDifferOnlyAtTheEndHaveDifferentKeys() {
        String id = "é".repeat(500);
        assertThat(Keys.organization(id + "a", MONTH)).isNotEqualTo(Keys.organization(id + "b", MONTH));
        assertThat(Keys.organization(id, MONTH)).isNotEqualTo(Keys.organization(id, MONTH.next()));
    }

    @Test
    void noIdCanImitateAShortenedKey() {
        String shortened = Keys.organization("o".repeat(300), MONTH);
        String tail = shortened.substring("organization/".length());
        assertThat(Keys.organization(tail, MONTH)).doesNotContain(tail);
    }

    @Test
    void hashesHaveOneHundredAndTwentyEightBitsAndNeedNoEncoding() {
        // printf '' | sha256sum | cut -c1-32 | xxd -r -p | base64
        assertThat(Keys.hash("")).isEqualTo("47DEQpj8HBSa-_TImW-5JA");
        assertThat(Keys.hash("é")).isEqualTo(Keys.hash("é".getBytes(StandardCharsets.UTF_8)));
        assertThat(Keys.encode(Keys.hash("anything"))).isEqualTo(Keys.hash("anything"));
    }

    @Test
    void randomHostileIdsNeverCollideAndNeverExceedTheLimit() {
        long seed = 7;
        Random random = new Random(seed);
        Map<String, List<String>> owners = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            List<String> ids = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                ids.add(hostileId(random));
            }
            String key = Keys.consumer(new Consumer(ids.get(0), ids.get(1), ids.get(2)), MONTH);
            assertThat(key.getBytes(StandardCharsets.UTF_8)).as("seed %d", seed).hasSizeLessThanOrEqualTo(Keys.MAX_LENGTH);
            assertThat(key).matches("[A-Za-z0-9._:%/~-]+");
            List<String> owner = owners.putIfAbsent(key, ids);
            assertThat(owner == null || owner.equals(ids)).as("seed %d: %s and %s have the key %s", seed, owner, ids, key)
                    .isTrue();
        }
    }

    @Test
    void documentsOfDifferentKindsNeverShareAKey() {
        Consumer consumer = new Consumer("x", "x", "x");
        PlanPath plan = new PlanPath("x", "x", "x", "x");
        List<String> keys = List.of(Keys.segment(1, 1), Keys.cursor(1), Keys.trim(1), Keys.dedup("1"), Keys.rejected(1, 1),
                Keys.deployment(), Keys.planVersion("x"), Keys.catalogPlan("x", "x"), Keys.mapping("x", "x", "x"),
                Keys.resource("x"), Keys.account("x"), Keys.organizationAccount("x"),
                Keys.instance(consumer, "x", "x", plan, MONTH), Keys.instanceLinked(consumer, "x", "x", plan),
                Keys.instancePage(consumer, 1), Keys.consumer(consumer, MONTH), Keys.consumerLinked(consumer),
                Keys.consumerPage("x", "x", 1), Keys.organization("x", MONTH), Keys.timeline(consumer, "x", "x"),
                Keys.runningPage("x", "x", 1), Keys.runningResources(1), Keys.runningResources("1", 1),
                Keys.runningOrganizations("1", 1), Keys.runningLinked("1"), Keys.runningLinked("1", "1"), Keys.heard("1"));
        Set<String> distinct = new HashSet<>(keys);
        assertThat(distinct).hasSameSizeAs(keys);
    }

    private static String hostileId(Random random) {
        String[] pieces = {"/", "%", "%2F", "~", "a", "b", "é", "\uD83D\uDE00", "", ".", "..", "\u0000", " ", "linked",
            "2026-11", "spaces", "x".repeat(60)};
        StringBuilder id = new StringBuilder();
        for (int n = random.nextInt(4); n > 0; n--) {
            id.append(pieces[random.nextInt(pieces.length)]);
        }
        return id.toString();
    }
}
