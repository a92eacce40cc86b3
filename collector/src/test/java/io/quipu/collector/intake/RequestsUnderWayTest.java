package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestsUnderWayTest {

    @Test
    void requestsThatStandByTakePlacesAndDoNoWork() {
        RequestsUnderWay requests = new RequestsUnderWay(2);
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
}
