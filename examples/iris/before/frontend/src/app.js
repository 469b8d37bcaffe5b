import angular from 'angular';

const SPECIES = ['setosa', 'versicolor', 'virginica'];

// The predictor answers a species number between 0 and 2.
class Predictor {
  constructor($http) {
    this.$http = $http;
  }

  predict(length, width) {
    return this.$http.post('api/', [[length, width]])
      .then((response) => response.data.value);
  }
}
Predictor.$inject = ['$http'];

class PetalController {
  constructor(predictor) {
    this.predictor = predictor;
    this.length = 4.5;
    this.width = 1.5;
    this.value = null;
    this.error = '';
    this.waiting = false;
  }

  ask() {
    this.value = null;
    this.error = '';
    this.waiting = true;
    return this.predictor.predict(this.length, this.width)
      .then((value) => { this.value = value; })
      .catch((failure) => {
        this.error = (failure.data && failure.data.error)
          || 'The predictor does not answer.';
      })
      .finally(() => { this.waiting = false; });
  }

  species() {
    return SPECIES[Math.min(SPECIES.length - 1, Math.max(0, Math.round(this.value)))];
  }
}
PetalController.$inject = ['predictor'];

angular.module('iris', [])
  .service('predictor', Predictor)
  .controller('PetalController', PetalController);
