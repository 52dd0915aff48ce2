add_test(answers sh -c "cd .. && sh answers.sh")
add_test(greets true) # goes
subdirs(goes) # goes
