package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestsUnderWayTest {

    private static final long MILLISECOND = 1_000_000;

    private long now = -5;

    @Test
    void requestsThatStandByTakePlacesAndDoNoWork() {
        RequestsUnderWay requests = new RequestsUnderWay(2, () -> now);
        assertThat(requests.begin()).isTrue();
        assertThat(requests.begin()).isTrue();
        assertThat(requests.working()).isEqualTo(2);
        requests.standBy();
        assertThat(requests.working()).isEqualTo(1);
        assertThat(requests.begin()).as("no further place").isFalse();
        requests.standDown();
        assertThat(requests.working()).isEqualTo(2);
        requests.end();
        assertThat(requests.count()).isEqualTo(1);
    }

    @Test
    void requestsThatWorkNowArePressingAtOnce() {
        RequestsUnderWay requests = new RequestsUnderWay(9, () -> now);
        assertThat(requests.pressing()).isZero();
        begin(requests, 4);
        requests.standBy();
        assertThat(requests.pressing()).isEqualTo(3);
        now += 50 * MILLISECOND;
        requests.standBy();
        assertThat(requests.pressing()).as("three until now").isEqualTo(3);
        now += 50 * MILLISECOND;
        assertThat(requests.pressing()).as("three for as long as two").isEqualTo(2);
    }

    @Test
    void betweenRoundsRequestsAreAsPressingAsOnAverage() {
        RequestsUnderWay requests = new RequestsUnderWay(40, () -> now);
        for (int round = 0; round < 100; round++) {
            round(requests, 40, 3, 1);
            assertThat(requests.pressing()).as("%d", round).isEqualTo(30);
        }
        assertThat(requests.count()).isZero();
    }

    @Test
    void requestsThatCameAllAtOnceAreNotPressingOnceTheyAreAnswered() {
        RequestsUnderWay requests = new RequestsUnderWay(40, () -> now);
        requests.pressing();
        for (int round = 0; round < 10; round++) {
            round(requests, 40, 4, 96);
            assertThat(requests.pressing()).isEqualTo(1);
        }
    }

    @Test
    void requestsThatHaveEndedArePressingForSomeMomentsOnly() {
        RequestsUnderWay requests = new RequestsUnderWay(40, () -> now);
        requests.pressing();
        for (int round = 0; round < 100; round++) {
            round(requests, 40, 10, 0);
            requests.pressing();
        }
        now += 2 * RequestsUnderWay.MOMENT.toNanos();
        requests.pressing();
        now += RequestsUnderWay.MOMENT.toNanos();
        assertThat(requests.pressing()).isZero();
    }

    private void round(RequestsUnderWay requests, int size, int under, int after) {
        begin(requests, size);
        now += under * MILLISECOND;
        for (int i = 0; i < size; i++) {
            requests.end();
        }
        now += after * MILLISECOND;
    }

    private static void begin(RequestsUnderWay requests, int size) {
        for (int i = 0; i < size; i++) {
            requests.begin();
        }
    }
}
