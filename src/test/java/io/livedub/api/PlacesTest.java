package io.livedub.api;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlacesTest {
    @Test
    void aPlaceComesBackOnceHoweverOftenItIsGivenBack() {
        Places places = new Places(2);
        Places.HeldPlace first = places.take().orElseThrow();
        assertThat(places.take()).isPresent();
        assertThat(places.take()).isEmpty();

        first.giveBack();
        first.giveBack();

        assertThat(places.taken()).isEqualTo(1);
        assertThat(places.take()).isPresent();
        assertThat(places.take()).isEmpty();
    }
}
