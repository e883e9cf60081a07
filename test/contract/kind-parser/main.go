// Command kind-parser reads configuration files with kind's own loader and validation, and prints each as kind understands it.
// Its module lies below kind's in name, which is what lets it import packages that are internal there.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/kind/pkg/internal/apis/config/encoding"
)

func main() {
	for _, path := range os.Args[1:] {
		cluster, err := encoding.Load(path)
		if err == nil {
			err = cluster.Validate()
		}
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(cluster)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
