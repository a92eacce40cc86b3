package io.quipu.common.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ViolationsTest {

    private final Violations violations = new Violations();

    @Test
    void whatExplainsTheOthersComesBeforeThemAndTheLastOfAFullListMakesRoom() {
        violations.first("whole", "rule", "reason");
        for (int i = 0; i < Violations.MAX; i++) {
            violations.add("f" + i, "rule", "reason");
        }
        assertThat(violations.list()).hasSize(Violations.MAX).last().extracting(Violation::field).isEqualTo("f98");
        violations.first("all", "rule", "reason");
        assertThat(violations.list()).hasSize(Violations.MAX);
        assertThat(violations.list()).extracting(Violation::field).startsWith("all", "whole", "f0").endsWith("f97");
    }
}
